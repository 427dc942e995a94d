param suffix string
param location string
param tags object
param workspaceId string
param insightsId string
param emails string[]
param heartbeatMinutes int
param failurePercent int
param pendingHours int
param hasSchedule bool

// Each alert is a question to the metrics and traces of the app; docs/operations.md has a page of the runbook for each name.
var always = [
  {
    name: 'run-failed'
    text: 'A run ended as failed.'
    severity: 2
    window: 'PT15M'
    query: 'AppMetrics | where Name == "xmlfan.run.ended" and tostring(Properties["xmlfan.run.status"]) == "failed" | where Sum > 0'
  }
  {
    name: 'no-heartbeat'
    text: 'A live run shows no sign of life.'
    severity: 1
    window: 'PT15M'
    query: 'AppMetrics | where Name == "xmlfan.heartbeat.age" | summarize arg_max(TimeGenerated, Sum) by line = tostring(Properties["xmlfan.product_line"]) | where Sum > ${heartbeatMinutes * 60}'
  }
  {
    name: 'failure-rate'
    text: 'Many documents fail.'
    severity: 2
    window: 'PT1H'
    query: 'AppMetrics | where Name == "xmlfan.documents" | summarize failed = sumif(Sum, tostring(Properties["xmlfan.outcome"]) == "failed"), done = sum(Sum) | where done >= 200 and failed * 100 > done * ${failurePercent}'
  }
  {
    name: 'pending-stuck'
    text: 'Documents are pending and none is converted.'
    severity: 3
    window: 'PT${pendingHours}H'
    query: 'let done = toscalar(AppMetrics | where Name == "xmlfan.documents" | summarize sum(Sum)); AppMetrics | where Name == "xmlfan.pending" | summarize pending = max(Sum) | where pending > 0 and coalesce(done, 0.0) == 0'
  }
  {
    name: 'exceptions'
    text: 'The app throws exceptions.'
    severity: 3
    window: 'PT15M'
    query: 'AppExceptions'
  }
]
var ofSchedule = [
  {
    name: 'dead-timer'
    text: 'The schedule starts nothing any more.'
    severity: 2
    window: 'P1D'
    query: 'let ticks = toscalar(AppMetrics | where Name == "xmlfan.schedule.ticks" | summarize sum(Sum)); print ticks = coalesce(ticks, 0.0) | where ticks == 0'
  }
]
var rules = concat(always, hasSchedule ? ofSchedule : [])

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-xmlfan-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'xmlfan'
    enabled: true
    emailReceivers: [
      for (email, index) in emails: { name: 'mail-${index}', emailAddress: email, useCommonAlertSchema: true }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'xmlfan-${rule.name}-${suffix}'
    location: location
    tags: tags
    properties: {
      displayName: 'xmlfan: ${rule.text}'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      overrideQueryTimeRange: rule.window == 'PT15M' ? null : rule.window
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      actions: { actionGroups: [people.id], customProperties: { insights: insightsId } }
    }
  }
]
