import * as gcp from '@pulumi/gcp';
import { type Place, replaceable } from '../place.ts';
import { DEPLOYER_PERMISSIONS } from './deployer-permissions.ts';

/** Roles of our own, where Google's give more than is needed: role id → permissions. */
export const CUSTOM_ROLES: Readonly<Record<string, readonly string[]>> = {
  livepoolObjectViewer: ['storage.objects.get', 'storage.objects.list'],
  livepoolObjectCreator: ['storage.objects.create'],
  // Create without delete cannot overwrite. A retention can be set with it and made longer, not shorter.
  livepoolReleaseWriter: [
    'storage.objects.create',
    'storage.objects.get',
    'storage.objects.list',
    'storage.objects.setRetention',
  ],
  // What was sealed elsewhere is swept away, and nothing is put in its place.
  livepoolObjectSweeper: ['storage.objects.delete', 'storage.objects.get', 'storage.objects.list'],
  // To replace an object is to create one and to delete one.
  livepoolMirrorWriter: ['storage.objects.create', 'storage.objects.delete', 'storage.objects.get', 'storage.objects.list'],
  livepoolDeployer: DEPLOYER_PERMISSIONS,
};

/** The custom roles of the project, by role id. */
export function declareRoles(place: Place): Readonly<Record<string, gcp.projects.IAMCustomRole>> {
  const { project } = place.settings;
  return Object.fromEntries(
    Object.entries(CUSTOM_ROLES).map(([roleId, permissions]) => [
      roleId,
      new gcp.projects.IAMCustomRole(
        `role-${roleId}`,
        { project, roleId, title: roleId, permissions: [...permissions] },
        replaceable(place),
      ),
    ]),
  );
}
