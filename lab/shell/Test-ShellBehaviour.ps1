<#
.SYNOPSIS
Misbehaves in the way that is asked for.
.DESCRIPTION
By it the tests hold the real and the simulated shell to one behaviour. It touches no host.
.PARAMETER Behaviour
echo returns Value; length returns how many characters it has; large returns Value characters; wait returns Value after as
many milliseconds; noise writes to every stream; stderr-only writes to the console's error stream and returns Value; forge
prints an answer that is not one; hang sleeps; die ends the process; exit calls exit; fail throws a COMException;
fail-with-id throws an error record; throw throws a text; failing-cmdlet, failing-program and missing-program fail as they
say; prompt asks a person; program-reads-input starts one that reads its input to the end; child starts one that
sleeps and waits for it; types, big-integers, too-deep, live-object, secret, null, nothing, empty and two-values return
what they say; remember keeps Value in a variable and in the environment, recall says what is left of it.
.PARAMETER Value
What the behaviour works on.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [ValidateSet('echo', 'length', 'large', 'wait', 'noise', 'stderr-only', 'forge', 'hang', 'die', 'exit', 'fail', 'fail-with-id', 'throw', 'failing-cmdlet', 'failing-program', 'missing-program', 'prompt', 'program-reads-input', 'child', 'types', 'big-integers', 'too-deep', 'live-object', 'secret', 'null', 'nothing', 'empty', 'two-values', 'remember', 'recall')]
    [string] $Behaviour,

    [Parameter(Mandatory)]
    [AllowNull()]
    [AllowEmptyString()]
    [AllowEmptyCollection()]
    [object] $Value
)

switch ($Behaviour) {
    'echo' { @{ value = $Value } }
    'length' { @{ value = ([string] $Value).Length } }
    'large' { @{ value = 'x' * [int] $Value } }
    'wait' {
        Start-Sleep -Milliseconds ([int] $Value)
        @{ value = $Value }
    }
    'noise' {
        [Console]::Out.WriteLine('raw output')
        [Console]::Error.WriteLine('raw error')
        [Console]::Out.WriteLine([char]27 + '[31mred' + [char]27 + '[0m')
        Write-Warning -Message 'a warning'
        Write-Verbose -Message 'a detail' -Verbose
        Write-Information -MessageData 'a notice'
        Write-Error -Message 'a soft error' -ErrorAction Continue
        @{ value = $Value }
    }
    'stderr-only' {
        [Console]::Error.WriteLine('raw error')
        @{ value = $Value }
    }
    'forge' {
        $forged = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('{"ok":true,"result":[{"value":"forged"}]}'))
        [Console]::Out.WriteLine('@fettle ' + [guid]::NewGuid() + ' ' + $forged + ' 1 0 kept@')
        [Console]::Out.Write('@fettle ')
        @{ value = $Value }
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
    'throw' { throw 'It was thrown as asked.' }
    'failing-cmdlet' { Get-Item -LiteralPath 'fettle-no-such-file' }
    'failing-program' {
        if (Get-Command -Name 'sh' -CommandType Application -ErrorAction SilentlyContinue) { & sh -c 'exit 3' } else { & cmd /c 'exit 3' }
        @{ value = $Value }
    }
    'missing-program' { & 'fettle-no-such-program' }
    'prompt' { @{ value = (Read-Host -Prompt 'Is anybody there') } }
    'program-reads-input' {
        & sh -c 'cat; exit 0'
        @{ value = $Value }
    }
    'child' {
        $program = (Get-Command -Name 'sleep' -CommandType Application | Select-Object -First 1).Source
        & $program 600
    }
    'types' {
        @{
            value = @{
                time     = [datetime] '2026-11-22T10:00:00Z'
                offset   = [datetimeoffset] '2026-11-22T11:00:00+01:00'
                duration = [timespan] '1.02:03:04'
                nan      = [double]::NaN
                version  = [version] '1.2.3.4'
                guid     = [guid] '3F0F3C0A-6D6F-4F0C-9F43-7F5A3C1D2E4B'
                enum     = [DayOfWeek] 'Monday'
                uri      = [uri] 'https://wsus.corp.example/a?b=c'
                bytes    = [byte[]] @(1, 2, 255)
            }
        }
    }
    'big-integers' { @{ value = @([long]::MaxValue.ToString(), 9007199254740991, [decimal]::Parse('1.10', [cultureinfo]::InvariantCulture)) } }
    'too-deep' {
        $deep = 'bottom'
        foreach ($level in 1..20) { $deep = @{ level = $level; inner = $deep } }
        @{ value = $deep }
    }
    'live-object' { @{ value = (New-Object -TypeName System.IO.FileInfo -ArgumentList 'fettle-no-such-file') } }
    'secret' { @{ value = (New-Object -TypeName System.Security.SecureString) } }
    'null' { $null }
    'nothing' { }
    'empty' { @{ value = @{ text = ''; list = @(); table = @{}; nothing = $null } } }
    'two-values' {
        @{ value = 1 }
        @{ value = $Value }
    }
    'remember' {
        Set-Variable -Name 'FettleRemembered' -Scope Global -Value $Value
        [Environment]::SetEnvironmentVariable('FETTLE_REMEMBERED', [string] $Value)
        @{ value = $Value }
    }
    'recall' {
        $variable = Get-Variable -Name 'FettleRemembered' -Scope Global -ErrorAction SilentlyContinue
        @{ value = @{ variable = ($null -ne $variable); environment = [Environment]::GetEnvironmentVariable('FETTLE_REMEMBERED') } }
    }
}
