export {}

/** Attributes that fall through to a component's root element. */
declare module 'vue' {
  interface AllowedComponentProps {
    id?: string | undefined
    role?: string | undefined
    placeholder?: string | undefined
    'aria-label'?: string | undefined
    'aria-current'?: boolean | 'page' | undefined
    onKeydown?: ((event: KeyboardEvent) => unknown) | undefined
    onClick?: ((event: MouseEvent) => unknown) | undefined
  }
  interface HTMLAttributes {
    /** Key of a child that moves, see lib/useFlip.ts. */
    'data-flip'?: string
    /** A theme of tokens.css for this element and what is in it. */
    'data-theme'?: 'wall-dark'
  }
}
