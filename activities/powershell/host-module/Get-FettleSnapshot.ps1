function Get-FettleSnapshot {
    <#
    .SYNOPSIS
    Lists the snapshots of a virtual machine and the state of its datastore.
    .DESCRIPTION
    On Hyper-V the datastore is the path of a volume.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Datastore
    )

    if (Test-HyperVId -VmId $VmId) { Get-HyperVSnapshot -VmId $VmId -Datastore $Datastore }
    else { Get-VMwareSnapshot -VmId $VmId -Datastore $Datastore }
}
