// The queue that jobs come through. Nobody enters by a key.

param name string
param location string
param tags object
param sku string
param queueName string
param duplicateWindow string
param lockDuration string
param maxDeliveryCount int
param messageTimeToLive string
@description('The worker.')
param receiverPrincipalId string
@description('The scaler.')
param observerPrincipalId string
@description('Producers.')
param senderPrincipalIds array

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: namespace
  name: queueName
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: duplicateWindow
    lockDuration: lockDuration
    maxDeliveryCount: maxDeliveryCount
    defaultMessageTimeToLive: messageTimeToLive
    deadLetteringOnMessageExpiration: true
    requiresSession: false
  }
}

var receiver = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0')
var sender = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')
var owner = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '090c5cfd-751d-490a-894a-3ce6f1109419')

resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, receiverPrincipalId, receiver)
  properties: {
    principalId: receiverPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: receiver
  }
}

// KEDA reads the count of messages through the management operations, which no lesser built-in role allows.
resource observes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, observerPrincipalId, owner)
  properties: {
    principalId: observerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: owner
  }
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for principalId in senderPrincipalIds: {
  scope: queue
  name: guid(queue.id, principalId, sender)
  properties: {
    principalId: principalId
    roleDefinitionId: sender
  }
}]

output name string = namespace.name
output host string = '${namespace.name}.servicebus.windows.net'
