/** Where the kernel's files are; elsewhere only in tests. */
export interface KernelFiles {
  readonly proc: string;
  readonly cgroup: string;
}

export const KERNEL_FILES: KernelFiles = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/** How a resource is measured and held against its limits. */
export interface ResourceOptions extends Partial<KernelFiles> {
  /** What a breach means; a warning unless set. */
  readonly state?: 'warning' | 'critical';
}
