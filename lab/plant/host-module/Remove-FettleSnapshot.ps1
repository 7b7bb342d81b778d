function Remove-FettleSnapshot {
    <#
    .SYNOPSIS
    Removes a snapshot of a virtual machine.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [string] $Key
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Remove a snapshot')) {
        Invoke-PlantVerb -Verb 'Remove-FettleSnapshot' -Body @{ vmId = $VmId; name = $Name; key = $Key }
    }
}
