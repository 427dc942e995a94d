using 'main.bicep'

// A small environment to try things: idle it costs a few euros a month.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param sqlAdministrator = {
  name: readEnvironmentVariable('AZURE_PRINCIPAL_NAME', 'xmlfan-admins')
  objectId: readEnvironmentVariable('AZURE_PRINCIPAL_ID', '00000000-0000-0000-0000-000000000000')
  type: 'User'
}
param documentsPerMinute = 10000
param alwaysReady = 0
param sqlClientAddress = readEnvironmentVariable('XMLFAN_CLIENT_ADDRESS', '')
