// A cluster with a small pool of its own and a pool of GPU machines, which is empty while nothing is to do.

param name string
param location string
param tags object
@description('Empty for the default.')
param version string
param systemVmSize string
param systemMaxCount int
param gpuVmSize string
param gpuMaxCount int
param gpuSpot bool
@description('Where logs go; empty for nowhere.')
param workspaceId string

resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    dnsPrefix: name
    kubernetesVersion: empty(version) ? null : version
    disableLocalAccounts: true
    aadProfile: {
      managed: true
      enableAzureRBAC: true
    }
    oidcIssuerProfile: {
      enabled: true
    }
    securityProfile: {
      workloadIdentity: {
        enabled: true
      }
    }
    workloadAutoScalerProfile: {
      keda: {
        enabled: true
      }
    }
    networkProfile: {
      networkPlugin: 'azure'
      networkPluginMode: 'overlay'
      networkDataplane: 'cilium'
      networkPolicy: 'cilium'
    }
    addonProfiles: empty(workspaceId) ? {} : {
      omsagent: {
        enabled: true
        config: {
          logAnalyticsWorkspaceResourceID: workspaceId
          useAADAuth: 'true'
        }
      }
    }
    agentPoolProfiles: [
      {
        name: 'system'
        mode: 'System'
        vmSize: systemVmSize
        osType: 'Linux'
        type: 'VirtualMachineScaleSets'
        count: 1
        enableAutoScaling: true
        minCount: 1
        maxCount: systemMaxCount
      }
    ]
  }
}

// The label and the taint are those that infra/kubernetes selects and tolerates.
resource gpu 'Microsoft.ContainerService/managedClusters/agentPools@2025-05-01' = {
  parent: cluster
  name: 'gpu'
  properties: {
    mode: 'User'
    vmSize: gpuVmSize
    osType: 'Linux'
    type: 'VirtualMachineScaleSets'
    count: 0
    enableAutoScaling: true
    minCount: 0
    maxCount: gpuMaxCount
    nodeLabels: {
      'rebasebatch/pool': 'gpu'
    }
    nodeTaints: union(['sku=gpu:NoSchedule'], gpuSpot ? ['kubernetes.azure.com/scalesetpriority=spot:NoSchedule'] : [])
    scaleSetPriority: gpuSpot ? 'Spot' : 'Regular'
    scaleSetEvictionPolicy: gpuSpot ? 'Delete' : null
    spotMaxPrice: gpuSpot ? -1 : null
  }
}

output name string = cluster.name
output issuer string = cluster.properties.oidcIssuerProfile.issuerURL
output kubeletPrincipalId string = cluster.properties.identityProfile.kubeletidentity.objectId
