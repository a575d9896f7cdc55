import { memorySecretStore } from '#shared/adapters/memory/secret-store.ts';
import { SECRETS_UNDER_TEST, secretStoreLaws } from '../../laws/secret-store.ts';

secretStoreLaws('memorySecretStore', () => memorySecretStore(SECRETS_UNDER_TEST));
