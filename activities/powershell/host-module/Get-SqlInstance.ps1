function Get-SqlInstance {
    <#
    .SYNOPSIS
    Names by which the SQL Server instances that work on this host are connected to.
    .DESCRIPTION
    A clustered instance answers to its network name, and only where it runs: elsewhere its service stands still and starts by hand.
    One that should start by itself and does not run is named all the same, so that asking it fails rather than passes for no answer.
    #>
    [CmdletBinding()]
    param()

    $root = 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server'
    $key = Get-Item -LiteralPath "$root\Instance Names\SQL" -ErrorAction SilentlyContinue
    if (-not $key) { return }
    foreach ($name in $key.GetValueNames()) {
        $serviceName = if ($name -eq 'MSSQLSERVER') { $name } else { "MSSQL`$$name" }
        # An instance that was removed may leave its name behind.
        $service = Get-Service -Name $serviceName -ErrorAction SilentlyContinue
        if (-not $service) { continue }
        if ("$($service.Status)" -ne 'Running' -and "$($service.StartType)" -ne 'Automatic') { continue }
        $cluster = (Get-ItemProperty -LiteralPath "$root\$($key.GetValue($name))\Cluster" -ErrorAction SilentlyContinue).ClusterName
        $server = if ($cluster) { $cluster } else { 'localhost' }
        if ($name -eq 'MSSQLSERVER') { $server } else { "$server\$name" }
    }
}
