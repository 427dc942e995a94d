param serverName string
param databaseName string
param location string
param tags object

@description('Entra user or group that administers the server; there are no SQL logins.')
param administrator { name: string, objectId: string, type: 'User' | 'Group' | 'Application' }

@description('Serverless pauses when idle and costs nothing then; provisioned is always there.')
param tier 'serverless' | 'provisioned'

@minValue(1)
param vCores int

@description('Only private endpoints reach the server.')
param isPrivate bool

@description('A machine that may reach the server from outside, or empty.')
param clientAddress string

param workspaceId string

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: serverName
  location: location
  tags: tags
  properties: {
    version: '12.0'
    minimalTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    administrators: {
      administratorType: 'ActiveDirectory'
      azureADOnlyAuthentication: true
      login: administrator.name
      sid: administrator.objectId
      principalType: administrator.type
      tenantId: tenant().tenantId
    }
  }

  // Flex Consumption has no fixed addresses: without a network, services of Azure are let in, and still need an identity.
  resource azure 'firewallRules' = if (!isPrivate) {
    name: 'AllowAllWindowsAzureIps'
    properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  }

  resource client 'firewallRules' = if (!isPrivate && !empty(clientAddress)) {
    name: 'client'
    properties: { startIpAddress: clientAddress, endIpAddress: clientAddress }
  }

  resource database 'databases' = {
    name: databaseName
    location: location
    tags: tags
    sku: tier == 'serverless'
      ? { name: 'GP_S_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: vCores }
      : { name: 'GP_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: vCores }
    properties: tier == 'serverless' ? { autoPauseDelay: 60, minCapacity: json('0.5'), zoneRedundant: false } : { zoneRedundant: false }
  }
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'xmlfan'
  scope: server::database
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'Errors', enabled: true }
      { category: 'Timeouts', enabled: true }
      { category: 'Deadlocks', enabled: true }
    ]
    metrics: [{ category: 'Basic', enabled: true }]
  }
}

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
