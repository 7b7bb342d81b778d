function New-UpdateSearcher {
    <#
    .SYNOPSIS
    A searcher on the update source that the host is set to.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param()

    $session = New-Object -ComObject Microsoft.Update.Session
    $session.ClientApplicationID = 'Fettle'
    $session.CreateUpdateSearcher()
}
