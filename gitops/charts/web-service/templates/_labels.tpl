{{- define "web-service.selector" -}}
app.kubernetes.io/name: {{ quote .Release.Name }}
{{- end }}
