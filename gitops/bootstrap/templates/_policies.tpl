{{/* Applications that make Argo CD's own objects heal and never give up: a commit may mend them. */}}
{{- define "bootstrap.syncPolicy" -}}
automated: {prune: true, selfHeal: true}
retry:
  limit: -1
  # A retry takes the newest commit; without it a mistake is tried again until the limit.
  refresh: true
  backoff: {duration: 5s, factor: 2, maxDuration: 3m}
{{- end }}
