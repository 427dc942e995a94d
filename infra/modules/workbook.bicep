param location string
param tags object
param insightsId string

var charts = [
  { title: 'Documents a minute by outcome', query: 'AppMetrics | where Name == "xmlfan.documents" | summarize sum(Sum) by bin(TimeGenerated, 1m), outcome = tostring(Properties["xmlfan.outcome"])' }
  { title: 'Pending by product line', query: 'AppMetrics | where Name == "xmlfan.pending" | summarize max(Sum) by bin(TimeGenerated, 1m), line = tostring(Properties["xmlfan.product_line"])' }
  { title: 'Seconds a batch (mean)', query: 'AppMetrics | where Name == "xmlfan.batch.duration" | summarize sum(Sum) / sum(ItemCount) by bin(TimeGenerated, 1m)' }
  { title: 'Age of the oldest heartbeat in seconds', query: 'AppMetrics | where Name == "xmlfan.heartbeat.age" | summarize max(Sum) by bin(TimeGenerated, 1m), line = tostring(Properties["xmlfan.product_line"])' }
  { title: 'Runs that ended', query: 'AppMetrics | where Name == "xmlfan.run.ended" | summarize sum(Sum) by bin(TimeGenerated, 1h), status = tostring(Properties["xmlfan.run.status"])' }
]

var items = [
  for chart in charts: {
    type: 3
    content: {
      version: 'KqlItem/1.0'
      title: chart.title
      query: chart.query
      queryType: 0
      resourceType: 'microsoft.insights/components'
      timeContext: { durationMs: 86400000 }
      visualization: 'timechart'
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insightsId, 'xmlfan')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'xmlfan'
    category: 'workbook'
    sourceId: insightsId
    serializedData: string({
      version: 'Notebook/1.0'
      items: items
    })
  }
}
