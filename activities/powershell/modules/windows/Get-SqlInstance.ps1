function Get-SqlInstance {
    <#
    .SYNOPSIS
    Names by which the SQL Server instances of this host are connected to.
    #>
    [CmdletBinding()]
    param()

    $key = Get-Item -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\Instance Names\SQL' -ErrorAction SilentlyContinue
    if (-not $key) { return }
    foreach ($name in $key.GetValueNames()) { if ($name -eq 'MSSQLSERVER') { 'localhost' } else { "localhost\$name" } }
}
