// Two identities without any secret: the cluster's issuer vouches for the service accounts that may act as them.

param workerName string
param scalerName string
param location string
param tags object
@description('The cluster as an issuer of tokens.')
param issuer string
@description('The service account that is the worker.')
param workerSubject string

resource worker 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: workerName
  location: location
  tags: tags
}

resource workerFederation 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {
  parent: worker
  name: 'worker'
  properties: {
    issuer: issuer
    subject: workerSubject
    audiences: ['api://AzureADTokenExchange']
  }
}

// Looks at queue and backlog, and may do nothing else. It acts as KEDA's operator, where AKS's add-on puts it.
resource scaler 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: scalerName
  location: location
  tags: tags
}

resource scalerFederation 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {
  parent: scaler
  name: 'keda'
  properties: {
    issuer: issuer
    subject: 'system:serviceaccount:kube-system:keda-operator'
    audiences: ['api://AzureADTokenExchange']
  }
}

output workerName string = worker.name
output workerClientId string = worker.properties.clientId
output workerPrincipalId string = worker.properties.principalId
output scalerName string = scaler.name
output scalerClientId string = scaler.properties.clientId
output scalerPrincipalId string = scaler.properties.principalId
