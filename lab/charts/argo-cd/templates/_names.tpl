{{- define "argo-cd.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: argocd
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- with .Values.global.additionalLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The data of a ConfigMap: the module's own file, the chart's values on top of it. */}}
{{- define "argo-cd.data" -}}
{{- $base := (.root.Files.Get (printf "config/%s.yaml" .name) | fromYaml).data | default dict -}}
{{- $data := merge (omit .values "create" "annotations") $base -}}
{{- range $key := keys $data | sortAlpha }}
{{- $value := index $data $key }}
{{ $key }}: {{ kindIs "string" $value | ternary $value (kindIs "invalid" $value | ternary "" (toString $value)) | quote }}
{{- end }}
{{- end -}}
