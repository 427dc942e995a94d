param name string
param taskHub string
param location string
param tags object
param sku 'Consumption' | 'Dedicated'
param principalId string

@description('Addresses that may call it; the app still needs its role.')
param allowedAddresses string[]

// Durable Task Data Contributor: the app works on its hub and on nothing else of the scheduler.
var dataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0ad04412-c4d5-4796-b79c-f76d14c8d402')

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: sku == 'Dedicated' ? { name: sku, capacity: 1 } : { name: sku }
    ipAllowlist: allowedAddresses
  }

  resource hub 'taskHubs' = { name: taskHub }
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::hub.id, principalId, dataContributor)
  scope: scheduler::hub
  properties: { roleDefinitionId: dataContributor, principalId: principalId, principalType: 'ServicePrincipal' }
}

output id string = scheduler.id
output endpoint string = scheduler.properties.endpoint
