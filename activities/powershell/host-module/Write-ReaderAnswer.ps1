function Write-ReaderAnswer {
    <#
    .SYNOPSIS
    Runs a reader with the parameters of request.json, and writes what it says into answer.json beside it.
    .DESCRIPTION
    Never called here: its text becomes a part of the program that asks the Windows Update Agent.
    #>
    [CmdletBinding()]
    param([string] $Reader)

    $ErrorActionPreference = 'Stop'
    try {
        $request = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText((Join-Path -Path $PSScriptRoot -ChildPath 'request.json')))
        $parameter = @{}
        foreach ($property in $request.PSObject.Properties) { $parameter[$property.Name] = $property.Value }
        $result = Invoke-Reader -Reader $Reader -Parameter $parameter
        $answer = @{ result = $result }
    }
    catch {
        $thrown = $_.Exception.GetBaseException()
        $answer = @{ failure = @{ hresult = $thrown.HResult; message = $thrown.Message } }
    }
    $next = Join-Path -Path $PSScriptRoot -ChildPath 'answer.next'
    [IO.File]::WriteAllText($next, (ConvertTo-Json -InputObject $answer -Depth 6 -Compress))
    # Moved in one go, so that whoever looks for it finds it whole.
    [IO.File]::Move($next, (Join-Path -Path $PSScriptRoot -ChildPath 'answer.json'))
}
