import type { ClusterFact } from '../../../model/patch-window/facts.ts';
import { objection } from './guard.ts';
import type { RoleGuard } from './guard.ts';

/**
 * A failover cluster node is refused with `UseCau`, unless it is paused and drained, owns no group, and quorum survives its loss.
 * A host of an availability group is a node too, but it is moved by failing its groups over,
 * not by draining: of the cluster only quorum counts there.
 */
export const clusterNode: RoleGuard = ({ host, facts }) => {
  const { cluster } = facts.roles;
  if (cluster === null) return [];
  const onlyUnderAnAvailabilityGroup =
    host.roles.includes('availability-group') && !host.roles.includes('failover-cluster');
  if (onlyUnderAnAvailabilityGroup) {
    if (cluster.quorumSurvivesLoss) return [];
    const reason = `Cluster ${cluster.name} under the availability group would lose quorum without ${host.name}.`;
    return [
      objection(
        'cluster',
        'GroupUnhealthy',
        reason,
        `Bring the other nodes or the witness of ${cluster.name} back, then retry ${host.name}.`,
      ),
    ];
  }
  const obstacles = obstaclesOf(cluster);
  if (obstacles.length === 0) return [];
  return [
    objection(
      'cluster',
      'UseCau',
      `${host.name} is a node of failover cluster ${cluster.name}: ${obstacles.join(', ')}.`,
    ),
  ];
};

function obstaclesOf(cluster: ClusterFact): string[] {
  const obstacles: string[] = [];
  if (cluster.nodeState !== 'Paused') obstacles.push(`the node is ${cluster.nodeState}, not Paused`);
  if (!cluster.drained) obstacles.push('it is not drained');
  if (cluster.ownedGroups.length > 0) obstacles.push(`it owns ${cluster.ownedGroups.join(', ')}`);
  if (!cluster.quorumSurvivesLoss) obstacles.push('quorum would not survive its loss');
  return obstacles;
}
