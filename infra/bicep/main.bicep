// Everything that RebaseBatch needs of Azure, into one resource group. No password is made, kept or handed over anywhere: pods enter
// Service Bus, the storage account and Postgres by identities that the cluster vouches for.
//
//   az deployment group create --resource-group GROUP --template-file main.bicep --parameters main.bicepparam

targetScope = 'resourceGroup'

@description('Beginning of every name. Letters and digits in lower case; with the suffix unique in all of Azure.')
@minLength(3)
@maxLength(11)
param prefix string

@description('End of the names that must be unique in all of Azure.')
@maxLength(8)
param suffix string = substring(uniqueString(resourceGroup().id), 0, 6)

@description('Region; it must have GPU machines of gpuVmSize, and the subscription a quota for them.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = { application: 'rebasebatch' }

@description('Namespace and service account that pods run under; the manifests in infra/kubernetes name the same.')
param kubernetesNamespace string = 'rebasebatch'
param workerServiceAccount string = 'rebase-worker'
param serverServiceAccount string = 'rebase-server'

@description('Who administers Postgres and the cluster and uploads datasets and models: the object id and the name of a group or a user of Entra ID.')
param administratorId string
param administratorName string
@allowed(['Group', 'User', 'ServicePrincipal'])
param administratorType string = 'Group'

@description('PostgreSQL: its major version, machine and disk.')
@allowed(['16', '17', '18'])
param postgresVersion string = '18'
param postgresSku string = 'Standard_D2ds_v5'
@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param postgresTier string = 'GeneralPurpose'
param postgresStorageGb int = 64
@minValue(7)
@maxValue(35)
param postgresBackupDays int = 14
@allowed(['Disabled', 'SameZone', 'ZoneRedundant'])
param postgresHighAvailability string = 'Disabled'
@description('Addresses that may connect to Postgres. The range 0.0.0.0 to 0.0.0.0 stands for all of Azure, other customers included, who still need a token.')
param postgresAllowedAddresses array = [{ name: 'azure', start: '0.0.0.0', end: '0.0.0.0' }]
@description('The database that roles.sql makes.')
param databaseName string = 'rebase'

@description('The Service Bus queue that jobs come through.')
param queueName string = 'rebase-jobs'
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'
@description('How long a message id is remembered; the database knows it for ever.')
param duplicateWindow string = 'PT1H'
@description('Longer than an intake takes: a message becomes a job within seconds.')
param lockDuration string = 'PT2M'
@description('The intake puts malformed messages aside itself. Others that it can not take in, as a server of datasets is away, come back until then. A database that is away costs no delivery.')
@minValue(1)
param maxDeliveryCount int = 100
param messageTimeToLive string = 'P14D'

@description('Containers of the storage account.')
param resultsContainer string = 'results'
param datasetsContainer string = 'datasets'
param modelsContainer string = 'models'
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'
@description('Days until results go to the cool tier, and until they are deleted; -1 for never.')
param resultsCoolAfterDays int = 30
param resultsDeleteAfterDays int = -1

@description('The cluster: version (empty for the default), machines, and how many of them.')
param kubernetesVersion string = ''
param systemVmSize string = 'Standard_D4ds_v5'
@minValue(1)
param systemMaxCount int = 3
param gpuVmSize string = 'Standard_NC24ads_A100_v4'
@description('GPU machines at most; there are none while nothing is to do.')
@minValue(1)
param gpuMaxCount int = 4
@description('Spot machines cost a fraction and are taken away at will; a batch goes on from its last checkpoint elsewhere.')
param gpuSpot bool = false

@description('Whether there is a second pool of GPU machines, for servers of models; the workers need no GPU then.')
param inferencePool bool = false
@description('Machines of that pool: one GPU each serves a replica of one model.')
param servingVmSize string = 'Standard_NC40ads_H100_v5'
@description('Both models together, and none while nothing is to do.')
@minValue(2)
param servingMaxCount int = 8
param servingSpot bool = false

@description('Producers of messages: principal ids that may send to the queue.')
param producerPrincipalIds array = []

@description('Whether logs and metrics of the cluster go to a workspace.')
param monitoring bool = true
@minValue(30)
param logRetentionDays int = 30

module cluster 'modules/cluster.bicep' = {
  name: 'cluster'
  params: {
    name: '${prefix}-aks'
    location: location
    tags: tags
    version: kubernetesVersion
    systemVmSize: systemVmSize
    systemMaxCount: systemMaxCount
    gpuVmSize: gpuVmSize
    gpuMaxCount: gpuMaxCount
    gpuSpot: gpuSpot
    administratorId: administratorId
    administratorType: administratorType
    workloadNamespace: kubernetesNamespace
    workspaceId: monitoring ? workspace!.outputs.id : ''
  }
}

module registry 'modules/registry.bicep' = {
  name: 'registry'
  params: {
    name: '${prefix}${suffix}'
    location: location
    tags: tags
    pullerPrincipalId: cluster.outputs.kubeletPrincipalId
  }
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  params: {
    workerName: '${prefix}-worker'
    scalerName: '${prefix}-scaler'
    location: location
    tags: tags
    issuer: cluster.outputs.issuer
    workerSubject: 'system:serviceaccount:${kubernetesNamespace}:${workerServiceAccount}'
  }
}

module serviceBus 'modules/servicebus.bicep' = {
  name: 'servicebus'
  params: {
    name: '${prefix}-${suffix}'
    location: location
    tags: tags
    sku: serviceBusSku
    queueName: queueName
    duplicateWindow: duplicateWindow
    lockDuration: lockDuration
    maxDeliveryCount: maxDeliveryCount
    messageTimeToLive: messageTimeToLive
    receiverPrincipalId: identities.outputs.workerPrincipalId
    observerPrincipalId: identities.outputs.scalerPrincipalId
    senderPrincipalIds: producerPrincipalIds
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: '${prefix}${suffix}'
    location: location
    tags: tags
    sku: storageSku
    resultsContainer: resultsContainer
    datasetsContainer: datasetsContainer
    modelsContainer: modelsContainer
    coolAfterDays: resultsCoolAfterDays
    deleteAfterDays: resultsDeleteAfterDays
    administratorId: administratorId
    administratorType: administratorType
    workerPrincipalId: identities.outputs.workerPrincipalId
  }
}

module serving 'modules/serving.bicep' = if (inferencePool) {
  name: 'serving'
  params: {
    clusterName: cluster.outputs.name
    location: location
    tags: tags
    vmSize: servingVmSize
    maxCount: servingMaxCount
    spot: servingSpot
    serverName: '${prefix}-server'
    issuer: cluster.outputs.issuer
    serverSubject: 'system:serviceaccount:${kubernetesNamespace}:${serverServiceAccount}'
    storageName: storage.outputs.name
    modelsContainer: modelsContainer
  }
}

module postgres 'modules/postgres.bicep' = {
  name: 'postgres'
  params: {
    name: '${prefix}-${suffix}'
    location: location
    tags: tags
    version: postgresVersion
    sku: postgresSku
    tier: postgresTier
    storageGb: postgresStorageGb
    backupDays: postgresBackupDays
    highAvailability: postgresHighAvailability
    allowedAddresses: postgresAllowedAddresses
    administratorId: administratorId
    administratorName: administratorName
    administratorType: administratorType
  }
}

module workspace 'modules/workspace.bicep' = if (monitoring) {
  name: 'workspace'
  params: {
    name: '${prefix}-logs'
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

// For infra/kubernetes/overlays/azure/outputs.env.
output databaseConnection string = 'Host=${postgres.outputs.host};Database=${databaseName};Username=${identities.outputs.workerName};SSL Mode=VerifyFull'
output databaseHost string = postgres.outputs.host
output blobServiceUri string = storage.outputs.blobServiceUri
output serviceBusHost string = serviceBus.outputs.host
output serviceBusName string = serviceBus.outputs.name
output workerClientId string = identities.outputs.workerClientId
output scalerClientId string = identities.outputs.scalerClientId
output scalerName string = identities.outputs.scalerName
output registryHost string = registry.outputs.host

// For infra/kubernetes/overlays/inference-pool/outputs.env; empty without the pool.
output serverClientId string = inferencePool ? serving!.outputs.clientId : ''

// For roles.sql and the command line.
output workerName string = identities.outputs.workerName
output workerPrincipalId string = identities.outputs.workerPrincipalId
output scalerPrincipalId string = identities.outputs.scalerPrincipalId
output clusterName string = cluster.outputs.name
output storageName string = storage.outputs.name
