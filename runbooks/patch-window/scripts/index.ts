import getEventExcerpt from './Get-FettleEventExcerpt.contract.ts';
import getHostRole from './Get-HostRole.contract.ts';
import getHostState from './Get-HostState.contract.ts';
import getMaintenanceMode from './Get-FettleMaintenance.contract.ts';
import getUpdateProgress from './Get-FettleUpdateProgress.contract.ts';
import getUpdateResult from './Get-UpdateResult.contract.ts';
import getUpdateState from './Get-UpdateState.contract.ts';
import getVmSnapshot from './Get-FettleSnapshot.contract.ts';
import newVmSnapshot from './New-FettleSnapshot.contract.ts';
import removeUpdateTask from './Remove-FettleUpdateTask.contract.ts';
import removeVmSnapshot from './Remove-FettleSnapshot.contract.ts';
import restartPatchHost from './Restart-PatchHost.contract.ts';
import startHostService from './Start-FettleService.contract.ts';
import startMaintenanceMode from './Start-FettleMaintenance.contract.ts';
import startUpdateInstall from './Start-FettleUpdateTask.contract.ts';
import stopMaintenanceMode from './Stop-FettleMaintenance.contract.ts';
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
