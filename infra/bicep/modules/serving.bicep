// A pool of GPU machines for servers of models (vLLM), apart from the workers' own, and the identity that their pods load weights with. For
// infra/kubernetes/overlays/inference-pool.

param clusterName string
param location string
param tags object
param vmSize string
param maxCount int
param spot bool
param serverName string
@description('The cluster as an issuer of tokens.')
param issuer string
@description('The service account that is the server.')
param serverSubject string
param storageName string
param modelsContainer string

resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' existing = {
  name: clusterName
}

// The label and the taint are those that the overlay's servers select and tolerate.
resource serving 'Microsoft.ContainerService/managedClusters/agentPools@2025-05-01' = {
  parent: cluster
  name: 'serving'
  properties: {
    mode: 'User'
    vmSize: vmSize
    osType: 'Linux'
    type: 'VirtualMachineScaleSets'
    count: 0
    enableAutoScaling: true
    minCount: 0
    maxCount: maxCount
    nodeLabels: {
      'rebasebatch/pool': 'serving'
    }
    nodeTaints: union(['sku=gpu:NoSchedule'], spot ? ['kubernetes.azure.com/scalesetpriority=spot:NoSchedule'] : [])
    scaleSetPriority: spot ? 'Spot' : 'Regular'
    scaleSetEvictionPolicy: spot ? 'Delete' : null
    spotMaxPrice: spot ? -1 : null
  }
}

resource server 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: serverName
  location: location
  tags: tags
}

resource serverFederation 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {
  parent: server
  name: 'server'
  properties: {
    issuer: issuer
    subject: serverSubject
    audiences: ['api://AzureADTokenExchange']
  }
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = {
  parent: account
  name: 'default'
}

resource models 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  parent: blobs
  name: modelsContainer
}

var reader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1')

resource readsModels 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: models
  name: guid(models.id, serverName, reader)
  properties: {
    principalId: server.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reader
  }
}

output clientId string = server.properties.clientId
