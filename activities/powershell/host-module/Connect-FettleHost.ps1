function Connect-FettleHost {
    <#
    .SYNOPSIS
    Makes sure that this is the machine that is meant.
    .DESCRIPTION
    An address that leads to another machine must never be patched in the place of the right one.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $own = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
    $actual = $own.HostName
    if ($own.DomainName) { $actual = $own.HostName + '.' + $own.DomainName }
    if ($actual -ne $Name) {
        throw (New-FailureRecord -Id 'FettleWrongHost' -Message "This machine is $actual, not ${Name}: correct the address in the inventory or in DNS.")
    }
}
