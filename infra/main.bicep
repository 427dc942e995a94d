// xmlfan in Azure: Functions on Flex Consumption, identity everywhere, no keys and no secrets. `azd up` deploys it.
targetScope = 'subscription'

@description('Name of the environment; part of every resource name.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Region of everything.')
param location string = deployment().location

@description('Tags of everything.')
param tags object = {}

@description('Node.js version of the app; 22 where 24 is not offered yet.')
param nodeVersion '22' | '24' = '24'

@description('Documents a minute that the app should reach. Memory and number of instances follow from it unless they are given: a core is counted with 10,000 documents of 5 KB a minute, a fraction of what docs/capacity.md computes for one that never waits.')
@minValue(100)
param documentsPerMinute int = 20000

@description('Memory of an instance in MB; by documentsPerMinute unless given.')
param instanceMemory (512 | 2048 | 4096)?

@description('Most instances; by documentsPerMinute unless given.')
@minValue(1)
@maxValue(1000)
param maximumInstances int?

@description('Instances of the durable group that are always there.')
@minValue(0)
param alwaysReady int = 1

@description('Where Durable Functions keeps its state.')
param stateStore 'AzureStorage' | 'DurableTaskScheduler' = 'AzureStorage'

@description('Tariff of the scheduler, if that is the state store.')
param schedulerSku 'Consumption' | 'Dedicated' = 'Consumption'

@description('Addresses that may call the scheduler; identities decide what they may do. With a private network none are needed.')
param schedulerAddresses string[] = ['0.0.0.0/0']

@description('Address of a machine that may reach a server made here, to prepare its database from there; none unless given.')
param sqlClientAddress string = ''

@description('Existing Azure SQL server to use, or empty to make one. It must allow Entra logins.')
param existingSqlServer string = ''

@description('Resource group of the existing server; empty = the one made here.')
param existingSqlResourceGroup string = ''

@description('Database that holds the documents.')
param databaseName string = 'xmlfan'

@description('Tier of a database made here.')
param sqlTier 'serverless' | 'provisioned' = 'serverless'

@description('vCores of a database made here.')
@minValue(1)
param sqlVCores int = 2

@description('Entra administrator of a server made here; azd fills in who deploys.')
param sqlAdministrator { name: string, objectId: string, type: 'User' | 'Group' | 'Application' }?

@description('A virtual network with private endpoints for storage, SQL and scheduler.')
param privateNetwork bool = false

@description('Address space of that network, at least /24.')
param addressPrefix string = '10.90.0.0/24'

@description('NCRONTAB of the timer that starts runs; empty = off.')
param runSchedule string = ''

@description('Further app settings of xmlfan by name, e.g. { SLICE_SECONDS: \'90\' }.')
param appSettings object = {}

@description('Days that logs and metrics are kept.')
@minValue(30)
param retentionDays int = 30

@description('Who is mailed by alerts and budget; none = alerts are made and nobody is mailed, and there is no budget.')
param alertEmails string[] = []

@description('Minutes without a sign of life of a live run after which an alert fires.')
@minValue(5)
param heartbeatMinutes int = 15

@description('Percent of failed documents in an hour above which an alert fires.')
@minValue(1)
@maxValue(100)
param failurePercent int = 5

@description('Hours that documents may be pending without any being converted.')
@minValue(1)
@maxValue(24)
param pendingHours int = 24

@description('Budget a month in the currency of the subscription; none unless given.')
@minValue(1)
param budgetAmount int?

@description('First day of the budget\'s first month.')
param budgetStart string = utcNow('yyyy-MM-01')

var token = toLower(uniqueString(subscription().id, environmentName, location))
var allTags = union({ 'azd-env-name': environmentName, application: 'xmlfan' }, tags)
var makesSql = empty(existingSqlServer)
var usesScheduler = stateStore == 'DurableTaskScheduler'
var taskHub = 'xmlfan'
var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var queueZone = 'privatelink.queue.${environment().suffixes.storage}'
var tableZone = 'privatelink.table.${environment().suffixes.storage}'
var sqlZone = 'privatelink${environment().suffixes.sqlServerHostname}'
var schedulerZone = 'privatelink.durabletask.io'

// An instance of 2 GB has one core, of 4 GB two. The database is at its limit sooner, so the most instances may be generous.
var memory = instanceMemory ?? (documentsPerMinute > 100000 ? 4096 : 2048)
var needed = documentsPerMinute / (memory == 4096 ? 20000 : 10000) + 1
var instances = maximumInstances ?? max(needed + 1, alwaysReady)

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-xmlfan-${environmentName}'
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-xmlfan-${token}', location: location, tags: allTags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-xmlfan-${token}'
    insightsName: 'appi-xmlfan-${token}'
    location: location
    tags: allTags
    retentionDays: retentionDays
    principalId: identity.outputs.principalId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: 'vnet-xmlfan-${token}'
    location: location
    tags: allTags
    addressPrefix: addressPrefix
    zones: concat([blobZone, queueZone, tableZone, sqlZone], usesScheduler ? [schedulerZone] : [])
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'stxmlfan${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    packageContainer: 'packages'
    isPrivate: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module sql 'modules/sql.bicep' = if (makesSql) {
  scope: group
  params: {
    serverName: 'sql-xmlfan-${token}'
    databaseName: databaseName
    location: location
    tags: allTags
    administrator: sqlAdministrator!
    tier: sqlTier
    vCores: sqlVCores
    isPrivate: privateNetwork
    clientAddress: sqlClientAddress
    workspaceId: monitoring.outputs.workspaceId
  }
}

resource sqlGroup 'Microsoft.Resources/resourceGroups@2024-11-01' existing = {
  name: empty(existingSqlResourceGroup) ? group.name : existingSqlResourceGroup
}

resource existingServer 'Microsoft.Sql/servers@2023-08-01' existing = if (!makesSql) {
  scope: sqlGroup
  name: makesSql ? 'none' : existingSqlServer
}

module scheduler 'modules/scheduler.bicep' = if (usesScheduler) {
  scope: group
  params: {
    name: 'dts-xmlfan-${token}'
    taskHub: taskHub
    location: location
    tags: allTags
    sku: schedulerSku
    principalId: identity.outputs.principalId
    allowedAddresses: schedulerAddresses
  }
}

var storageEndpoints = [
  { part: 'blob', zone: blobZone }
  { part: 'queue', zone: queueZone }
  { part: 'table', zone: tableZone }
]

module toStorage 'modules/endpoint.bicep' = [
  for endpoint in storageEndpoints: if (privateNetwork) {
    scope: group
    params: {
      name: 'pe-${endpoint.part}-${token}'
      location: location
      tags: allTags
      subnetId: network!.outputs.endpointSubnetId
      targetId: storage.outputs.id
      groupId: endpoint.part
      zone: endpoint.zone
    }
  }
]

module toSql 'modules/endpoint.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: 'pe-sql-${token}'
    location: location
    tags: allTags
    subnetId: network!.outputs.endpointSubnetId
    targetId: makesSql ? sql!.outputs.id : existingServer!.id
    groupId: 'sqlServer'
    zone: sqlZone
  }
}

module toScheduler 'modules/endpoint.bicep' = if (privateNetwork && usesScheduler) {
  scope: group
  params: {
    name: 'pe-scheduler-${token}'
    location: location
    tags: allTags
    subnetId: network!.outputs.endpointSubnetId
    targetId: scheduler!.outputs.id
    groupId: 'scheduler'
    zone: schedulerZone
  }
}

var sqlHost = makesSql ? sql!.outputs.host : existingServer!.properties.fullyQualifiedDomainName

// Names of host.json's keys, so that the file itself is the same for both state stores.
var durable = 'AzureFunctionsJobHost__extensions__durableTask'
var stateSettings = usesScheduler
  ? {
      '${durable}__storageProvider__type': 'azureManaged'
      '${durable}__storageProvider__connectionStringName': 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
      TASKHUB_NAME: taskHub
    }
  : { TASKHUB_NAME: taskHub }

module app 'modules/function-app.bicep' = {
  scope: group
  params: {
    name: 'func-xmlfan-${token}'
    planName: 'plan-xmlfan-${token}'
    location: location
    tags: allTags
    nodeVersion: nodeVersion
    instanceMemory: memory
    maximumInstances: instances
    alwaysReady: alwaysReady
    identity: { id: identity.outputs.id, clientId: identity.outputs.clientId }
    storage: { name: storage.outputs.name, packageUrl: storage.outputs.packageUrl }
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    settings: union(
      {
        XMLFAN_STORE: 'Server=tcp:${sqlHost},1433;Database=${databaseName};Authentication=Active Directory Managed Identity;User Id=${identity.outputs.clientId};Encrypt=true'
        RUN_SCHEDULE: runSchedule
        WORKERS: memory == 4096 ? '2' : '1'
      },
      stateSettings,
      appSettings
    )
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
  }
  dependsOn: [toStorage]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    suffix: token
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    insightsId: monitoring.outputs.insightsId
    emails: alertEmails
    heartbeatMinutes: heartbeatMinutes
    failurePercent: failurePercent
    pendingHours: pendingHours
    hasSchedule: !empty(runSchedule)
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: allTags, insightsId: monitoring.outputs.insightsId }
}

module budget 'modules/budget.bicep' = if (budgetAmount != null && !empty(alertEmails)) {
  scope: group
  params: { name: 'xmlfan-${environmentName}', amount: budgetAmount!, emails: alertEmails, startDate: budgetStart }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP string = app.outputs.name
output XMLFAN_URL string = 'https://${app.outputs.host}/api'
output XMLFAN_SQL_SERVER string = sqlHost
output XMLFAN_SQL_DATABASE string = databaseName
output XMLFAN_IDENTITY_NAME string = identity.outputs.name
