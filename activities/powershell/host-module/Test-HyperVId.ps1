function Test-HyperVId {
    <#
    .SYNOPSIS
    Whether the id is a Hyper-V machine's (a GUID); VMware's is a managed object id such as VirtualMachine-vm-42.
    #>
    [CmdletBinding()]
    param([string] $VmId)

    $VmId -match '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'
}
