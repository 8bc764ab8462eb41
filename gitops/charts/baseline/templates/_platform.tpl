{{/*
Variables of every guard: whether the one who asks is the platform. That is Argo CD, the control plane
(EKS's own names begin with eks:, which no access entry may), Velero, which puts back what there was,
and whoever breaks the glass. No other service account: a team's could be given anything.
*/}}
{{- define "baseline.platform" -}}
- name: platform
  expression: >-
    request.userInfo.groups.exists(group, group in
    ['argocd-hub', 'eks-hub-spoke:break-glass', 'system:masters'])
    || request.userInfo.username in ['system:apiserver', 'system:kube-controller-manager',
    'system:kube-scheduler', 'system:serviceaccount:velero:velero']
    || request.userInfo.username.startsWith('system:serviceaccount:kube-system:')
    || request.userInfo.username.startsWith('eks:')
- name: other
  expression: >-
    'by a pull request, or in need as group eks-hub-spoke:break-glass (docs/guards.md)'
{{- end }}
