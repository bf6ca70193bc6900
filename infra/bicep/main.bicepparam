// An example; every parameter that is not here has its default in main.bicep.
using 'main.bicep'

param prefix = 'rebase'
param administratorId = '00000000-0000-0000-0000-000000000000'
param administratorName = 'rebase-administrators'
param gpuMaxCount = 4
param gpuSpot = true
