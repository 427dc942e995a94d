using 'main.bicep'

// Private network, a provisioned database, the scheduler as state store, alerts to a mailbox.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'prod')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param sqlAdministrator = {
  name: readEnvironmentVariable('XMLFAN_SQL_ADMIN_GROUP', 'xmlfan-admins')
  objectId: readEnvironmentVariable('XMLFAN_SQL_ADMIN_GROUP_ID', '00000000-0000-0000-0000-000000000000')
  type: 'Group'
}
param stateStore = 'DurableTaskScheduler'
param privateNetwork = true
param sqlTier = 'provisioned'
param sqlVCores = 4
param documentsPerMinute = 50000
param runSchedule = '0 */15 * * * *'
param retentionDays = 90
param alertEmails = [readEnvironmentVariable('XMLFAN_ALERT_EMAIL', 'operators@example.com')]
param budgetAmount = 1000
