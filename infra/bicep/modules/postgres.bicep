// The database server. It knows no passwords: everyone comes with a token of Entra ID. roles.sql makes the database and its roles.

param name string
param location string
param tags object
param version string
param sku string
param tier string
param storageGb int
param backupDays int
param highAvailability string
@description('Objects of name, start and end.')
param allowedAddresses array
param administratorId string
param administratorName string
param administratorType string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: tier
  }
  properties: {
    version: version
    authConfig: {
      activeDirectoryAuth: 'Enabled'
      passwordAuth: 'Disabled'
      tenantId: tenant().tenantId
    }
    storage: {
      storageSizeGB: storageGb
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: backupDays
      geoRedundantBackup: 'Disabled'
    }
    highAvailability: {
      mode: highAvailability
    }
    network: {
      publicNetworkAccess: 'Enabled'
    }
  }
}

resource administrator 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2025-08-01' = {
  parent: server
  name: administratorId
  properties: {
    principalName: administratorName
    principalType: administratorType
    tenantId: tenant().tenantId
  }
}

// The server takes one change at a time.
@batchSize(1)
resource firewall 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2025-08-01' = [for allowed in allowedAddresses: {
  parent: server
  name: allowed.name
  properties: {
    startIpAddress: allowed.start
    endIpAddress: allowed.end
  }
  dependsOn: [administrator]
}]

// A transaction that a dead client left open would hold rows that others wait for, and keep the vacuum off the queue's table.
resource idle 'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2025-08-01' = {
  parent: server
  name: 'idle_in_transaction_session_timeout'
  properties: {
    source: 'user-override'
    value: '60000'
  }
  dependsOn: [firewall]
}

output host string = server.properties.fullyQualifiedDomainName
