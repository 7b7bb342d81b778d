function New-FettleSnapshot {
    <#
    .SYNOPSIS
    Takes a snapshot of a virtual machine.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Take a snapshot')) {
        Invoke-PlantVerb -Verb 'New-FettleSnapshot' -Body @{ vmId = $VmId; name = $Name; comment = $Comment; key = $Key }
    }
}
