<#
.SYNOPSIS
Reads afresh what the update history and the installed updates say.
.DESCRIPTION
The history is cut down to the updates that are asked for. Changes nothing.
.PARAMETER HostName
Lower-case FQDN of the host.
.PARAMETER Since
Time from which the history counts, ISO 8601.
.PARAMETER Updates
Updates that are asked for: id and revision of each.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $HostName,

    [Parameter(Mandatory)]
    [string] $Since,

    [Parameter(Mandatory)]
    [AllowEmptyCollection()]
    [object[]] $Updates
)

Connect-FettleHost -Name $HostName
$wanted = @($Updates | ForEach-Object -Process { $_.id })
$entries = @((Get-FettleUpdateHistory -Since $Since).entries)
@{
    history        = @($entries | Where-Object -FilterScript { $wanted -contains $_.id })
    installed      = @((Get-FettleInstalledUpdate).updates)
    rebootRequired = (Get-FettleInstallerState).rebootRequired
}
