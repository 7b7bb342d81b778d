function New-PlantError {
    <#
    .SYNOPSIS
    Makes the error record for a bad answer of the plant.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $Message, [string] $HResult, [string] $Id)

    if ($HResult -match '^0x[0-9A-Fa-f]{1,8}$') {
        $code = [Convert]::ToInt32($HResult.Substring(2), 16)
        $exception = New-Object -TypeName System.Runtime.InteropServices.COMException -ArgumentList $Message, $code
    }
    else {
        $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    }
    New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, $Id, 'OperationStopped', $script:HostName
}
