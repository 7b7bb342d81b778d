function Test-FettleProbe {
    <#
    .SYNOPSIS
    Runs one health probe on the host.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $Probe
    )

    Invoke-PlantVerb -Verb 'Test-FettleProbe' -Body @{ probe = $Probe }
}
