/** Where the kernel's files are; elsewhere only in tests. */
export interface KernelFiles {
  readonly proc: string;
  readonly cgroup: string;
}

export const KERNEL_FILES: KernelFiles = { proc: '/proc', cgroup: '/sys/fs/cgroup' };
