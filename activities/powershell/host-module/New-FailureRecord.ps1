function New-FailureRecord {
    <#
    .SYNOPSIS
    Makes an error record with an id that a contract's failure table knows.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $Id, [string] $Message)

    $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, $Id, 'InvalidOperation', $null
}
