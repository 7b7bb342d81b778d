# Calls one function of the host module, on the host or management endpoint that the parameters of its contract name.
param(
    [Parameter(Mandatory)] [string] $Function,
    [Parameter(Mandatory)] [Collections.IDictionary] $Parameters
)

if ($Parameters.Contains('HostName')) { Connect-FettleHost -Name $Parameters['HostName'] }
else { Connect-FettleEndpoint -Name $Parameters['EndpointName'] -User $Parameters['EndpointUser'] -Secret $Parameters['EndpointSecret'] }
foreach ($name in 'HostName', 'EndpointName', 'EndpointUser', 'EndpointSecret') { $Parameters.Remove($name) }
& $Function @Parameters
