function Get-FettleSnapshot {
    <#
    .SYNOPSIS
    Lists the snapshots of a virtual machine and the state of its datastore.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Datastore
    )

    Invoke-PlantVerb -Verb 'Get-FettleSnapshot' -Body @{ vmId = $VmId; datastore = $Datastore }
}
