{{/*
What the platform does not allow, at the last moment: `python -m fleet team check` says the same, with
line and remedy, before the merge. Here it is an error of the environment's own Application.
*/}}
{{- define "team-cluster.refuse" -}}
{{- $policy := .Files.Get "policy.yaml" | fromYaml }}
{{- $name := .Values.fleet.environment }}
{{- $namespace := printf "%s-%s" .Values.team $name }}
{{- if has .Values.team $policy.reservedTeams }}
{{- fail (printf "the name %s is the platform's" .Values.team) }}
{{- end }}
{{- if has $namespace $policy.reservedNamespaces }}
{{- fail (printf "the namespace %s is the platform's" $namespace) }}
{{- end }}
{{- range $service, $source := (index .Values.environments $name).services }}
{{- with $source.repository }}
{{- $allowed := eq . $.Values.fleet.repository.url }}
{{- range $pattern := $policy.repositories }}
{{- if regexMatch (printf "^%s$" ($pattern | regexQuoteMeta | replace "\\*" ".*")) $source.repository }}{{ $allowed = true }}{{ end }}
{{- end }}
{{- if not $allowed }}
{{- fail (printf "environments.%s.services.%s: repository %s is not one that the platform allows" $name $service .) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
