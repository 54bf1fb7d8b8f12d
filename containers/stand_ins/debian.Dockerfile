# A bare Debian that trusts whom this machine trusts: some networks re-sign what comes in.
FROM pierhead-stand-in/bare:bookworm
COPY ca/ /usr/local/share/ca-certificates/
COPY pip.conf /etc/pip.conf
RUN update-ca-certificates
CMD ["bash"]
