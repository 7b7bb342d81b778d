# Calls one function of the host module, on the host or management endpoint that the parameters of its contract name.
param(
    [Parameter(Mandatory)] [string] $Function,
    [Parameter(Mandatory)] [Collections.IDictionary] $Parameters
)

$given = @{}
foreach ($entry in $Parameters.GetEnumerator()) { $given["$($entry.Key)"] = $entry.Value }
if ($given.ContainsKey('HostName')) { Connect-FettleHost -Name $given['HostName'] }
else { Connect-FettleEndpoint -Name $given['EndpointName'] -User $given['EndpointUser'] -Secret $given['EndpointSecret'] }
foreach ($name in 'HostName', 'EndpointName', 'EndpointUser', 'EndpointSecret') { $given.Remove($name) }
& $Function @given
