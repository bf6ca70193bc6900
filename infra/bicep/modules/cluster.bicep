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
@description('Who may apply manifests.')
param administratorId string
param administratorType string
@description('Whose logs go there, beside the system.')
param workloadNamespace string
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

var administrator = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b')

resource administers 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: cluster
  name: guid(cluster.id, administratorId, administrator)
  properties: {
    principalId: administratorId
    principalType: administratorType
    roleDefinitionId: administrator
  }
}

// Without a rule the add-on's agents send nothing: by their identity they are told what and where to.
resource logs 'Microsoft.Insights/dataCollectionRules@2023-03-11' = if (!empty(workspaceId)) {
  name: '${name}-logs'
  location: location
  tags: tags
  kind: 'Linux'
  properties: {
    dataSources: {
      extensions: [
        {
          name: 'ContainerInsightsExtension'
          extensionName: 'ContainerInsights'
          streams: ['Microsoft-ContainerInsights-Group-Default']
          extensionSettings: {
            dataCollectionSettings: {
              interval: '1m'
              namespaceFilteringMode: 'Include'
              namespaces: [workloadNamespace, 'kube-system']
              enableContainerLogV2: true
            }
          }
        }
      ]
    }
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceId
        }
      ]
    }
    dataFlows: [
      {
        streams: ['Microsoft-ContainerInsights-Group-Default']
        destinations: ['workspace']
      }
    ]
  }
}

resource collects 'Microsoft.Insights/dataCollectionRuleAssociations@2023-03-11' = if (!empty(workspaceId)) {
  scope: cluster
  name: 'ContainerInsightsExtension'
  properties: {
    dataCollectionRuleId: logs.id
  }
}

output name string = cluster.name
output issuer string = cluster.properties.oidcIssuerProfile.issuerURL
output kubeletPrincipalId string = cluster.properties.identityProfile.kubeletidentity.objectId
