# One call of the benchmark: small or large, noisy or failing.
param([string] $Kind, $Value)
switch ($Kind) {
    'large' {
        @{ value = 'x' * [int] $Value }
    }
    'noise' {
        [Console]::Out.WriteLine('raw output')
        Write-Warning -Message 'a warning'
        Write-Verbose -Message 'a detail' -Verbose
        @{ value = $Value }
    }
    'fail' {
        throw 'It fails as asked.'
    }
    default {
        @{ value = $Value }
    }
}
