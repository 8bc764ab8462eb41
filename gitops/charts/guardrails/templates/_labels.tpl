{{/* Whose it is and who pays: the labels that cost reports and policies choose by. */}}
{{- define "guardrails.labels" -}}
eks-hub-spoke/team: {{ quote .Values.team }}
eks-hub-spoke/environment: {{ quote .Values.environment }}
eks-hub-spoke/cost-center: {{ .Values.costCenter | quote }}
{{- end }}
