function Write-UpdateRequest {
    <#
    .SYNOPSIS
    Writes what the update task reads, and when it was asked for.
    #>
    [CmdletBinding()]
    param([string] $Folder, [object[]] $Updates)

    $wanted = @($Updates | ForEach-Object -Process { @{ id = "$($_.id)"; revision = [int] $_.revision } })
    Write-OwnFile -Path (Join-Path -Path $Folder -ChildPath 'updates.json') -Text (ConvertTo-Json -InputObject $wanted -Compress)
    Write-OwnFile -Path (Join-Path -Path $Folder -ChildPath 'started.txt') -Text (ConvertTo-IsoTime -Time ([datetime]::UtcNow))
    # What an earlier task of the name said is not what this one says.
    $progress = Join-Path -Path $Folder -ChildPath 'progress.json'
    if (Test-Path -LiteralPath $progress) { Remove-Item -LiteralPath $progress -Force }
}
