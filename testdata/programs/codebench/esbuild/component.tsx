// What a page's component looks like to a compiler: types, classes, JSX, newer syntax.
interface PropsNUMBER<T extends object = {}> {
  readonly title: string
  rows?: Array<T & { id: number; label?: string | null }>
  onPick?(row: T, at: [number, number]): void | Promise<void>
}

enum KindNUMBER { Plain, Bold = 'bold', Hidden = 1 << 4 }

const cacheNUMBER = new Map<string, Promise<unknown>>()

export abstract class StoreNUMBER<T> {
  static #count = 0
  #listeners = new Set<(value: T) => void>()
  declare protected kind: KindNUMBER
  constructor(private readonly key: string, public value: T) {
    StoreNUMBER.#count++
  }
  get listeners() { return this.#listeners.size }
  subscribe(listener: (value: T) => void): () => boolean {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  async load(url: string, { retries = 3, ...rest }: { retries?: number; method?: string } = {}) {
    for (let attempt = 0; attempt <= retries; attempt++) {
      try {
        const response = await fetch(`${url}?key=${encodeURIComponent(this.key)}&try=${attempt}`, { ...rest })
        if (!response?.ok) throw new Error('status ' + response?.status)
        const { data: { items: [first, ...others] = [] } = {} } = await response.json()
        this.value = first ?? this.value
        this.#listeners.forEach(listener => listener(this.value))
        return others as T[]
      } catch (error: unknown) {
        if (attempt === retries || !(error instanceof Error)) throw error
        await new Promise(resolve => setTimeout(resolve, 2 ** attempt * 100))
      }
    }
    return []
  }
}

function* pagesNUMBER<T>(rows: readonly T[], size = 10) {
  for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size)
}

export function TableNUMBER<T extends object>({ title, rows = [], onPick }: PropsNUMBER<T>) {
  let unused = false && console.log('never')
  const pages = [...pagesNUMBER(rows)]
  const total = rows.reduce((sum, row) => sum + (row?.label?.length ?? 0), 0)
  return <section className="table" data-total={total} {...(title ? { 'aria-label': title } : null)}>
    {pages.map((page, at) => <ul key={at}>
      {page.map(row => <li key={row.id} onClick={async () => await onPick?.(row, [at, row.id])}>
        {row.label || <em>nothing &amp; nobody</em>}
      </li>)}
    </ul>)}
    <footer>{total > 100 ? 'many' : total === 0 ? 'none' : `${total} letters`}</footer>
  </section>
}

cacheNUMBER.set('tableNUMBER', import('./nowhere').catch(() => null))
