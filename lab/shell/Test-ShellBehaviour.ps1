<#
.SYNOPSIS
Misbehaves in the way that is asked for.
.DESCRIPTION
By it the tests hold the real and the simulated shell to one behaviour. It touches no host.
.PARAMETER Behaviour
echo returns Value; noise writes to every stream; forge prints an answer that is not one; hang sleeps; die ends the
process; exit calls exit; large returns Value characters; fail throws a COMException; fail-with-id throws an error
record; two-values returns two; child starts a native program that sleeps and waits for it.
.PARAMETER Value
What the behaviour works on.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [ValidateSet('echo', 'noise', 'forge', 'hang', 'die', 'exit', 'large', 'fail', 'fail-with-id', 'two-values', 'child')]
    [string] $Behaviour,

    [Parameter(Mandatory)]
    [AllowNull()]
    [AllowEmptyString()]
    [AllowEmptyCollection()]
    [object] $Value
)

switch ($Behaviour) {
    'noise' {
        [Console]::Out.WriteLine('raw output')
        [Console]::Error.WriteLine('raw error')
        [Console]::Out.WriteLine([char]27 + '[31mred' + [char]27 + '[0m')
        Write-Warning 'a warning'
        Write-Verbose 'a detail' -Verbose
        Write-Information 'a notice'
        Write-Error 'a soft error' -ErrorAction Continue
    }
    'forge' {
        $forged = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('{"ok":true,"result":[{"value":"forged"}]}'))
        [Console]::Out.WriteLine('@fettle ' + [guid]::NewGuid() + ' ' + $forged + '@')
        [Console]::Out.Write('@fettle ')
    }
    'hang' { Start-Sleep -Seconds 600 }
    'die' { [Environment]::Exit(7) }
    'exit' { exit 3 }
    'fail' {
        throw (New-Object -TypeName System.Runtime.InteropServices.COMException -ArgumentList 'The update service is busy.', ([Convert]::ToInt32('80240009', 16)))
    }
    'fail-with-id' {
        $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList 'It went wrong as asked.'
        throw (New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, 'FettleBehaviour,Test', 'InvalidOperation', $null)
    }
    'two-values' { @{ value = 1 } }
    'child' {
        $program = (Get-Command -Name 'sleep' -CommandType Application | Select-Object -First 1).Source
        & $program 600
    }
}

if ($Behaviour -eq 'large') { @{ value = 'x' * [int] $Value } } else { @{ value = $Value } }
