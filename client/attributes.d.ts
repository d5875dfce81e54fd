export {}

/** Attributes that fall through to a component's root element. */
declare module 'vue' {
  interface AllowedComponentProps {
    id?: string | undefined
    'aria-label'?: string | undefined
    'aria-current'?: boolean | 'page' | undefined
    onClick?: ((event: MouseEvent) => unknown) | undefined
  }
  interface HTMLAttributes {
    /** Key of a child that moves, see lib/useFlip.ts. */
    'data-flip'?: string
  }
}
