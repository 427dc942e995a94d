@description('Name of the private endpoint.')
param name string
param location string
param tags object
param subnetId string

@description('The service it leads to, e.g. a storage account.')
param targetId string

@description('Part of that service: blob, queue, table, sqlServer, scheduler.')
param groupId string

@description('Private DNS zone that resolves the service to the endpoint.')
param zone string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: groupId, properties: { privateLinkServiceId: targetId, groupIds: [groupId] } }
    ]
  }

  resource records 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        { name: groupId, properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zone) } }
      ]
    }
  }
}
