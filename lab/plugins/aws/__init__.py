"""The stand-in for Pulumi's `aws` plugin: the program's resource types over boto3, no others."""
