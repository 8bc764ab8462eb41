"""The lab's Git remote: a repository of the working tree, served over HTTPS on loopback.

It stands where the company's Git host would: Argo CD reads it by an https address, with the
certificate authority it is given, and hears of pushes by webhook. Not here: who pushes teams to it
(`lab.onboarding`) and who reads it (Argo CD).
"""
