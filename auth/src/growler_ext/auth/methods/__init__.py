"""Ways to log in, one file each; all of them implement `growler_ext.auth.method.AuthMethod`."""
