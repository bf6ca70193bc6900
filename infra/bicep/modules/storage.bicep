// Results out, datasets and models in. Nobody enters by a key or a signature.

param name string
param location string
param tags object
param sku string
param resultsContainer string
param datasetsContainer string
param modelsContainer string
@description('Days; -1 for never.')
param coolAfterDays int
param deleteAfterDays int
param workerPrincipalId string
@description('Who uploads datasets and models.')
param administratorId string
param administratorType string

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource results 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: resultsContainer
}

resource datasets 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: datasetsContainer
}

resource models 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: modelsContainer
}

var cool = coolAfterDays < 0 ? {} : { tierToCool: { daysAfterModificationGreaterThan: coolAfterDays } }
var delete = deleteAfterDays < 0 ? {} : { delete: { daysAfterModificationGreaterThan: deleteAfterDays } }

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = if (coolAfterDays >= 0 || deleteAfterDays >= 0) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'results'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['${resultsContainer}/']
            }
            actions: {
              baseBlob: union(cool, delete)
            }
          }
        }
      ]
    }
  }
}

var contributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
var reader = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1')

resource writesResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: results
  name: guid(results.id, workerPrincipalId, contributor)
  properties: {
    principalId: workerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: contributor
  }
}

resource readsDatasets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: datasets
  name: guid(datasets.id, workerPrincipalId, reader)
  properties: {
    principalId: workerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reader
  }
}

resource readsModels 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: models
  name: guid(models.id, workerPrincipalId, reader)
  properties: {
    principalId: workerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reader
  }
}

resource uploads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, administratorId, contributor)
  properties: {
    principalId: administratorId
    principalType: administratorType
    roleDefinitionId: contributor
  }
}

output blobServiceUri string = account.properties.primaryEndpoints.blob
output name string = account.name
