import getEventExcerpt from './Get-EventExcerpt.contract.ts';
import getHostRole from './Get-HostRole.contract.ts';
import getHostState from './Get-HostState.contract.ts';
import getMaintenanceMode from './Get-MaintenanceMode.contract.ts';
import getUpdateProgress from './Get-UpdateProgress.contract.ts';
import getUpdateResult from './Get-UpdateResult.contract.ts';
import getUpdateState from './Get-UpdateState.contract.ts';
import getVmSnapshot from './Get-VmSnapshot.contract.ts';
import newVmSnapshot from './New-VmSnapshot.contract.ts';
import removeUpdateTask from './Remove-UpdateTask.contract.ts';
import removeVmSnapshot from './Remove-VmSnapshot.contract.ts';
import restartPatchHost from './Restart-PatchHost.contract.ts';
import startHostService from './Start-HostService.contract.ts';
import startMaintenanceMode from './Start-MaintenanceMode.contract.ts';
import startUpdateInstall from './Start-UpdateInstall.contract.ts';
import stopMaintenanceMode from './Stop-MaintenanceMode.contract.ts';
import testHostProbe from './Test-HostProbe.contract.ts';

/** Every script of the patch window. */
export const SCRIPTS = {
  getEventExcerpt,
  getHostRole,
  getHostState,
  getMaintenanceMode,
  getUpdateProgress,
  getUpdateResult,
  getUpdateState,
  getVmSnapshot,
  newVmSnapshot,
  removeUpdateTask,
  removeVmSnapshot,
  restartPatchHost,
  startHostService,
  startMaintenanceMode,
  startUpdateInstall,
  stopMaintenanceMode,
  testHostProbe,
};
